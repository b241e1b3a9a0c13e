package dev.corrosion.discovery;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.corrosion", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

    @ArchTest
    static final ArchRule knowsOnlyTheFacesOfTheModulesBelow = classes()
            .that()
            .resideInAPackage("dev.corrosion.discovery..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.corrosion",
                    "dev.corrosion.spring",
                    "dev.corrosion.spring.autoconfigure",
                    "dev.corrosion.http",
                    "dev.corrosion.discovery..",
                    "java..",
                    "org.jspecify..",
                    "org.slf4j..",
                    "org.apache.commons.logging..",
                    "org.springframework..",
                    "reactor..");

    @ArchTest
    static final ArchRule arrowsGoDown = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("beans")
            .definedBy("dev.corrosion.discovery.autoconfigure..")
            .layer("registration")
            .definedBy("dev.corrosion.discovery.registration..")
            .layer("loadbalancer")
            .definedBy("dev.corrosion.discovery.loadbalancer..")
            .layer("catalogue")
            .definedBy("dev.corrosion.discovery")
            .whereLayer("beans")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("registration")
            .mayOnlyBeAccessedByLayers("beans")
            .whereLayer("loadbalancer")
            .mayOnlyBeAccessedByLayers("beans")
            .whereLayer("catalogue")
            .mayOnlyBeAccessedByLayers("beans", "registration", "loadbalancer");
}
