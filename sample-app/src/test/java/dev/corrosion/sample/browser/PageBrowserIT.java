package dev.corrosion.sample.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.sample.SampleNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * What a person sees at the gateway's page, and can do with a keyboard. The browser is the program that {@code -Dbrowser}
 * names. The page is at rest (no animations) in all of it.
 */
@NullUnmarked
@Tag("browser")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PageBrowserIT {

    private static final String SECRET = "a secret for the browser test";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int TAB = 9;
    private static final Path TARGET = Path.of("target");

    /** Selectors of all that a keyboard must reach; what is disabled is left out. */
    private static final String CONTROLS =
            "[...document.querySelectorAll('a, button, input, select, textarea, [tabindex=\"0\"]')].filter(e => !e.disabled)";

    @TempDir
    static Path directory;

    private static final List<SampleNode> nodes = new ArrayList<>();
    private static Chromium chromium;
    private Tab tab;

    @BeforeAll
    static void start() {
        SampleNode gateway = SampleNode.start(
                        directory, "gateway", "gateway", SECRET, List.of(), "--corrosion.node.region=europe")
                .ready();
        nodes.add(gateway);
        List<String> bootstrap = List.of(gateway.clusterAddress());
        List<SampleNode.Starting> starting = List.of(
                start("orders-1", "orders", "europe", bootstrap),
                start("stock-1", "stock", "europe", bootstrap),
                start("stock-2", "stock", "america", bootstrap));
        starting.forEach(node -> nodes.add(node.ready()));
        await().atMost(PATIENCE).until(() -> gateway.aliveMembers().size() == nodes.size() - 1);
        chromium = Chromium.start(Path.of(System.getProperty("browser")), TARGET.resolve("browser.log"));
    }

    private static SampleNode.Starting start(String name, String profile, String region, List<String> bootstrap) {
        return SampleNode.start(
                directory,
                name,
                profile,
                SECRET,
                bootstrap,
                "--corrosion.node.region=" + region,
                "--corrosion.discovery.zone=" + region);
    }

    @AfterAll
    static void stop() {
        if (chromium != null) {
            chromium.close();
        }
        nodes.forEach(SampleNode::close);
    }

    @BeforeEach
    void open() {
        tab = chromium.open();
        tab.size(1200, 1000);
        tab.prefer("light");
        tab.navigate(nodes.get(0).url());
        await().atMost(PATIENCE).until(() -> states().size() == nodes.size());
        await().atMost(PATIENCE).until(() -> tab.text("#sql-status").startsWith("Live:"));
    }

    @AfterEach
    void nothingToComplainAbout() {
        List<String> complaints = tab.complaints();
        tab.close();
        assertThat(complaints).isEmpty();
    }

    @Test
    @Order(1)
    void showsAllNodesAndServices() {
        for (String name : List.of("gateway", "orders-1", "stock-1", "stock-2")) {
            assertThat(tab.text("#nodes")).contains(name);
            assertThat(tab.text("#ring")).contains(name);
        }
        assertThat(states()).containsOnly("alive");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(tab.text("#services"))
                .contains("gateway", "orders", "stock", "america")
                .contains("up")
                .doesNotContain("out"));
    }

    @Test
    @Order(2)
    void aChangeTravelsAndEveryNodeShowsItsTime() {
        tab.click("#pulse");

        await().atMost(PATIENCE).until(() -> tab.text("#pulse-result").startsWith("All 4 nodes have answered"));
        assertThat(texts("#nodes .change")).hasSize(nodes.size()).allMatch(text -> text.matches("[0-9.]+ ms"));
    }

    @Test
    @Order(3)
    void theResultOfAQueryFollowsWhatOtherNodesWrite() {
        query("SELECT item, on_hand FROM stock WHERE item = 'tea'");
        await().atMost(PATIENCE).until(() -> tab.text("#sql-result").contains("1000"));

        tab.click("#order .primary");

        await().atMost(PATIENCE).until(() -> tab.text("#sql-result").contains("997"));
        await().atMost(PATIENCE).until(() -> tab.text("#shop-result").startsWith("3 tea, taken by orders-1"));
        await().atMost(PATIENCE).until(() -> tab.text("#orders").contains("orders-1"));
    }

    @Test
    @Order(3)
    void twoNodesThatCountAtTheSameTimeLeaveOneResult() {
        tab.click("#race");

        await().atMost(PATIENCE)
                .until(() -> tab.text("#shop-result").matches("stock-. counted .*, stock-. counted .*"));
        assertThat(tab.text("#stock")).containsPattern("tea\\s+\\d+\\s+\\d+\\s+stock-");
    }

    @Test
    @Order(4)
    void aWrongQueryIsAnsweredWithThePlaceAndAWriteIsRefused() {
        query("SELECT item,\n  on_hnd FROM stock");
        await().atMost(PATIENCE)
                .until(() -> tab.text("#sql-error").contains("line 2, column 3: no such column: on_hnd"));
        assertThat(tab.evaluate("getSelection().toString()").asString()).isEqualTo("on_hnd");

        query("DELETE FROM orders");
        await().atMost(PATIENCE).until(() -> tab.text("#sql-error").contains("DELETE is not a query"));
        tab.ignoreComplaints("400 (Bad Request)");
    }

    @Test
    @Order(5)
    void theTabKeyReachesEveryControlInTheOrderOfThePage() {
        List<String> expected = strings(CONTROLS + ".map(e => e.outerHTML.slice(0, 80))");
        tab.evaluate("document.activeElement.blur()");
        List<String> reached = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            tab.press("Tab", TAB);
            reached.add(tab.evaluate("document.activeElement.outerHTML.slice(0, 80)")
                    .asString());
            assertThat(tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                            .asString())
                    .as("visible focus")
                    .isEqualTo("solid");
        }
        assertThat(reached).isEqualTo(expected);
    }

    /** All rules of axe, contrast among them. */
    @ParameterizedTest
    @Order(6)
    @ValueSource(strings = {"light", "dark"})
    void hasNoViolationsOfAccessibilityRules(String scheme) throws IOException {
        tab.prefer(scheme);
        tab.click("#pulse");
        await().atMost(PATIENCE).until(() -> tab.text("#pulse-result").startsWith("All 4 nodes have answered"));
        tab.click("#calls");
        await().atMost(PATIENCE).until(() -> tab.isTrue("document.querySelectorAll('#strip i').length > 40"));
        tab.click("#calls");
        tab.screenshot(TARGET.resolve("page-" + scheme + ".png"));
        tab.evaluate(axe());

        JsonNode result = tab.evaluate("axe.run(document)");

        assertThat(result.get("violations"))
                .as(result.get("violations").toPrettyString())
                .isEmpty();
        assertThat(strings("axe.run(document).then(r => r.passes.map(p => p.id))"))
                .contains("color-contrast", "button-name", "label", "region");
    }

    @Test
    @Order(7)
    void theSwitchChangesTheColoursAndTheChoiceStays() {
        String background = "getComputedStyle(document.body).backgroundColor";
        String light = tab.evaluate(background).asString();
        tab.click("#theme");
        String dark = tab.evaluate(background).asString();
        assertThat(dark).isNotEqualTo(light);

        tab.navigate(nodes.get(0).url());
        await().atMost(PATIENCE).until(() -> states().size() == nodes.size());

        assertThat(tab.evaluate(background).asString()).isEqualTo(dark);
        tab.click("#theme");
    }

    @Test
    @Order(8)
    void fitsASmallScreen() {
        tab.size(360, 740);
        assertThat(strings("""
                [...document.querySelectorAll('body *')]
                    .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
                    .map(e => e.outerHTML.slice(0, 80))""")).as("what is cut off").isEmpty();
        tab.screenshot(TARGET.resolve("page-small.png"));
    }

    @Test
    @Order(9)
    void aKilledNodeBecomesSuspectAndThenDownAndIsOutOfTheLoadBalancer() throws IOException {
        tab.evaluate("""
                window.seen = [];
                new MutationObserver(() => {
                    const state = [...document.querySelectorAll('#nodes tr')]
                        .find(row => row.textContent.includes('stock-2')).querySelector('.state').textContent;
                    if (seen.at(-1) !== state) seen.push(state);
                }).observe(document.querySelector('#nodes'), { childList: true, subtree: true })""");
        tab.click("#calls");
        await().atMost(PATIENCE).until(() -> tab.text("#tally").contains("stock-2"));
        assertThat(tab.text("#sql-result")).containsPattern("stock\\s+2");

        nodes.remove(3).kill();

        await().atMost(PATIENCE).until(() -> strings("seen").contains("suspect"));
        tab.screenshot(TARGET.resolve("page-suspect.png"));
        await().atMost(PATIENCE).until(() -> strings("seen").contains("down"));
        assertThat(strings("seen").stream().filter(state -> !state.equals("alive")))
                .containsExactly("suspect", "down");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(texts("#services .state")).contains("out"));
        await().atMost(PATIENCE).until(() -> tab.text("#sql-result").matches("(?s).*stock\\s+1.*"));
        assertThat(tab.text("#news")).contains("stock-2 is down");
        tab.click("#calls");
        assertThat(tab.text("#tally")).contains("failed 0");
        tab.screenshot(TARGET.resolve("page-down.png"));
        tab.prefer("dark");
        tab.evaluate(axe());
        assertThat(tab.evaluate("axe.run(document).then(r => r.violations)")).isEmpty();
    }

    private void query(String sql) {
        tab.evaluate("document.querySelector('#query').value = " + Tab.quoted(sql));
        tab.click("#sql .primary");
    }

    private List<String> states() {
        return texts("#nodes .state");
    }

    private List<String> texts(String selector) {
        return strings("[...document.querySelectorAll('" + selector + "')].map(e => e.textContent)");
    }

    private List<String> strings(String expression) {
        List<String> strings = new ArrayList<>();
        tab.evaluate(expression).forEach(string -> strings.add(string.asString()));
        return strings;
    }

    private static String axe() throws IOException {
        String path = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";
        try (InputStream script = PageBrowserIT.class.getResourceAsStream(path)) {
            return new String(Objects.requireNonNull(script, path).readAllBytes(), StandardCharsets.UTF_8) + ";0";
        }
    }
}
