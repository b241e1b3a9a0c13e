package dev.corrosion.config;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.corrosion.config", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

    @ArchTest
    static final ArchRule ofTheCoreOnlyItsFace = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.corrosion.store..",
                    "dev.corrosion.query..",
                    "dev.corrosion.node..",
                    "dev.corrosion.schema..",
                    "dev.corrosion.subscription..",
                    "dev.corrosion.crdt..");
}
