package dev.corrosion.test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Keeps what docs/architecture.md says of this module. */
@AnalyzeClasses(packages = "dev.corrosion.test", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule knowsOfTheCoreItsFaceAndTheTransport = noClasses()
            .that()
            .resideInAPackage("dev.corrosion.test..")
            .and()
            .doNotHaveSimpleName("TestCluster") // opens nodes
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.corrosion.broadcast..",
                    "dev.corrosion.crdt..",
                    "dev.corrosion.ledger..",
                    "dev.corrosion.membership..",
                    "dev.corrosion.node..",
                    "dev.corrosion.protocol..",
                    "dev.corrosion.store..",
                    "dev.corrosion.subscription..",
                    "dev.corrosion.sync..",
                    "dev.corrosion.transport.quic..");

    @ArchTest
    static final ArchRule clustersDoNotNeedSpring = noClasses()
            .that()
            .resideInAnyPackage("dev.corrosion.test", "dev.corrosion.test.network")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.springframework..", "dev.corrosion.spring..", "dev.corrosion.test.autoconfigure..");
}
