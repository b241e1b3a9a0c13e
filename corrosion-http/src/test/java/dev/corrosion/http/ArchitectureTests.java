package dev.corrosion.http;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.corrosion.http", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

    @ArchTest
    static final ArchRule theRouterKnowsNoServerAndNoSpring = noClasses()
            .that()
            .resideInAPackage("dev.corrosion.http")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.corrosion.http.*..", "io.netty..", "org.springframework..");

    @ArchTest
    static final ArchRule theServerKnowsNoSpring = noClasses()
            .that()
            .resideInAPackage("dev.corrosion.http.server")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.springframework..", "dev.corrosion.http.webflux", "dev.corrosion.http.autoconfigure");

    @ArchTest
    static final ArchRule nobodyBringsAnotherHttpClient = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("reactor.netty..", "tools.jackson.databind..");

    /** Of the rooms of the core, only the one way to cut SQL into tokens, and what says that too much waits. */
    @ArchTest
    static final ArchRule ofTheCoreOnlyItsFace = noClasses()
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                            "dev.corrosion.store..",
                            "dev.corrosion.query..",
                            "dev.corrosion.node..",
                            "dev.corrosion.jdbc..",
                            "dev.corrosion.subscription..",
                            "dev.corrosion.crdt..")
                    .and(DescribedPredicate.not(nameMatching(
                            "dev\\.corrosion\\.store\\.(SqlTokenizer|SqlToken|SqlToken\\$Kind|OverloadedException)"))));
}
