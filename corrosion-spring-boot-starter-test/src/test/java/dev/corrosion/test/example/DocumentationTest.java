package dev.corrosion.test.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentationTest {

    @ParameterizedTest
    @ValueSource(strings = {"ShopTest", "StockTest", "ClusterTest"})
    void showsTheTestsThatRun(String name) throws IOException {
        String source = Files.readString(
                Path.of("src/test/java/dev/corrosion/test/example").resolve(name + ".java"));
        String withoutImports = source.substring(source.lastIndexOf("import "));
        String shown = withoutImports.substring(withoutImports.indexOf('\n')).strip();
        assertThat(Files.readString(Path.of("../docs/testing.md"))).contains("```java\n" + shown + "\n```");
    }
}
