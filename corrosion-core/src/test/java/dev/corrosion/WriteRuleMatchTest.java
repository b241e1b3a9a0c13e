package dev.corrosion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WriteRuleMatchTest {

    @ParameterizedTest
    @CsvSource({
        "config, Config, true",
        "config, configs, false",
        "*, anything, true",
        "app_*, APP_settings, true",
        "app_*, myapp_x, false",
        "*_log, audit_log, true",
        "*_log, audit_logs, false",
        "a*c*e, abcde, true",
        "a*c*e, abde, false",
        "a.c, abc, false",
    })
    void aStarStandsForAnyPartOfAName(String pattern, String table, boolean matches) {
        assertThat(new WriteRule(List.of("other", pattern), Set.of(), Set.of("x")).isAbout(table))
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void anEmptyNameIsRefused(String name) {
        assertThatThrownBy(() -> new WriteRule(List.of(name), Set.of(), Set.of()))
                .hasMessageContaining("names of tables");
        assertThatThrownBy(() -> new WriteRule(List.of(), Set.of(), Set.of())).hasMessageContaining("names of tables");
        assertThatThrownBy(() -> new WriteRule(List.of("*"), Set.of(), Set.of(name)))
                .hasMessageContaining("tag");
    }
}
