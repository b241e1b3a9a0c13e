package dev.corrosion.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.corrosion", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

    private static final String[] ROOMS_OF_THE_CORE = {
        "dev.corrosion.broadcast..", "dev.corrosion.crdt..", "dev.corrosion.ledger..", "dev.corrosion.membership..",
        "dev.corrosion.node..", "dev.corrosion.protocol..", "dev.corrosion.schema..", "dev.corrosion.spi..",
        "dev.corrosion.store..", "dev.corrosion.subscription..", "dev.corrosion.sync..", "dev.corrosion.transport.."
    };

    @ArchTest
    static final ArchRule knowsOnlyTheFaceOfTheCore = noClasses()
            .that()
            .resideInAPackage("dev.corrosion.spring..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOMS_OF_THE_CORE);

    @ArchTest
    static final ArchRule arrowsGoDown = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("beans")
            .definedBy("dev.corrosion.spring.autoconfigure..")
            .layer("operations")
            .definedBy("dev.corrosion.spring.actuate..")
            .layer("listeners")
            .definedBy("dev.corrosion.spring.listener..")
            .layer("access")
            .definedBy("dev.corrosion.spring")
            .layer("observations")
            .definedBy("dev.corrosion.spring.observation..")
            .whereLayer("beans")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("operations")
            .mayOnlyBeAccessedByLayers("beans")
            .whereLayer("listeners")
            .mayOnlyBeAccessedByLayers("beans")
            .whereLayer("access")
            .mayOnlyBeAccessedByLayers("beans", "listeners")
            .whereLayer("observations")
            .mayOnlyBeAccessedByLayers("beans", "access");

    /** An application may have Micrometer without Boot's health module, and the reverse. */
    @ArchTest
    static final ArchRule metersDoNotNeedHealth = noClasses()
            .that()
            .haveSimpleName("CorrosionMetrics")
            .should()
            .transitivelyDependOnClassesThat()
            .resideInAPackage("org.springframework.boot.health..");
}
