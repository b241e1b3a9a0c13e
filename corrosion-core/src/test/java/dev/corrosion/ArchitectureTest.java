package dev.corrosion;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Keeps the arrows of docs/architecture.md. */
@AnalyzeClasses(packages = "dev.corrosion", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule arrowsGoDown = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("face")
            .definedBy("dev.corrosion", "dev.corrosion.spi")
            .layer("store")
            .definedBy("dev.corrosion.store")
            .layer("records")
            .definedBy("dev.corrosion.ledger", "dev.corrosion.crdt", "dev.corrosion.protocol")
            .layer("schema")
            .definedBy("dev.corrosion.schema")
            .layer("membership")
            .definedBy("dev.corrosion.membership")
            .layer("broadcast")
            .definedBy("dev.corrosion.broadcast")
            .layer("sync")
            .definedBy("dev.corrosion.sync")
            .layer("subscription")
            .definedBy("dev.corrosion.subscription")
            .layer("query")
            .definedBy("dev.corrosion.query..")
            .layer("jdbc")
            .definedBy("dev.corrosion.jdbc")
            .layer("transport")
            .definedBy("dev.corrosion.transport..")
            .layer("node")
            .definedBy("dev.corrosion.node")
            .layer("tls")
            .definedBy("dev.corrosion.tls")
            .whereLayer("node")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("tls")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("transport")
            .mayOnlyBeAccessedByLayers("node", "tls")
            .whereLayer("jdbc")
            .mayOnlyBeAccessedByLayers("node")
            .whereLayer("subscription")
            .mayOnlyBeAccessedByLayers("node")
            .whereLayer("query")
            .mayOnlyBeAccessedByLayers("subscription", "node")
            .whereLayer("sync")
            .mayOnlyBeAccessedByLayers("node")
            .whereLayer("broadcast")
            .mayOnlyBeAccessedByLayers("node")
            .whereLayer("membership")
            .mayOnlyBeAccessedByLayers("node")
            .whereLayer("schema")
            .mayOnlyBeAccessedByLayers("node")
            .whereLayer("records")
            .mayOnlyBeAccessedByLayers("schema", "membership", "broadcast", "sync", "subscription", "node")
            .whereLayer("store")
            .mayOnlyBeAccessedByLayers("records", "schema", "query", "subscription", "jdbc", "node");

    @ArchTest
    static final ArchRule noCircles =
            slices().matching("dev.corrosion.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule machinesDoNoIo = noClasses()
            .that()
            .resideInAnyPackage("dev.corrosion.membership", "dev.corrosion.broadcast", "dev.corrosion.sync")
            .should()
            .dependOnClassesThat(new DescribedPredicate<>("are clocks, threads, sockets, SQLite or Netty") {
                @Override
                public boolean test(JavaClass type) {
                    return type.getPackageName().startsWith("java.sql")
                            || type.getPackageName().startsWith("java.util.concurrent")
                            || type.getPackageName().startsWith("io.netty")
                            || type.getPackageName().startsWith("dev.corrosion.store")
                            || type.getFullName().equals("java.time.Clock")
                            || type.getFullName().equals("java.lang.Thread")
                            || type.getFullName().equals("java.net.Socket");
                }
            });

    @ArchTest
    static final ArchRule onlyOneRoomKnowsNetty = noClasses()
            .that()
            .resideOutsideOfPackage("dev.corrosion.transport.quic..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..");

    @ArchTest
    static final ArchRule noSpringInTheCore =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("org.springframework..");
}
