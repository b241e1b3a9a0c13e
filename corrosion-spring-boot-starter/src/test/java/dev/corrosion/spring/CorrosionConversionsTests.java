package dev.corrosion.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.corrosion.Row;
import dev.corrosion.Statement;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.converter.Converter;
import tools.jackson.databind.json.JsonMapper;

@NullUnmarked // a null fails the test anyway
class CorrosionConversionsTests {

    private static final CorrosionJson JSON = new CorrosionJson() {
        @Override
        public String write(Object value) {
            return JsonMapper.shared().writeValueAsString(value);
        }

        @Override
        public Object read(String json, Type type) {
            return JsonMapper.shared().readValue(json, JsonMapper.shared().constructType(type));
        }
    };

    private final CorrosionConversions plain = new CorrosionConversions();
    private final CorrosionConversions withJson = new CorrosionConversions(JSON, List.of());

    enum Colour {
        RED
    }

    record Point(int x, int y) {}

    record Shape(UUID id, Point centre, List<Point> corners, Map<String, List<Integer>> tags, List<String> names) {}

    public record Title(String text) {}

    record Money(long cents) {}

    static final class MoneyToText implements Converter<Money, String> {
        @Override
        public String convert(Money money) {
            return money.cents() + " ct";
        }
    }

    static final class TextToMoney implements Converter<String, Money> {
        @Override
        public Money convert(String text) {
            return new Money(Long.parseLong(text.replace(" ct", "")));
        }
    }

    static List<Object> valuesThatComeBack() {
        return List.of(
                new UUID(1, 2),
                Instant.parse("2026-01-02T03:04:05.123456789Z"),
                LocalDate.of(2026, 1, 2),
                LocalTime.of(3, 4, 5, 6),
                LocalDateTime.of(2026, 1, 2, 3, 4, 5),
                OffsetDateTime.parse("2026-01-02T03:04:05+01:00"),
                ZonedDateTime.parse("2026-01-02T03:04:05+01:00[Europe/Paris]"),
                YearMonth.of(2026, 1),
                Duration.ofSeconds(61),
                Period.ofDays(3),
                ZoneId.of("Europe/Paris"),
                Colour.RED,
                true,
                'x',
                URI.create("http://example.com/a?b"),
                5L,
                2.5);
    }

    /** What SQLite gives back for what was bound. */
    private static Object stored(Object bound) {
        if (bound instanceof Boolean flag) {
            return flag ? 1L : 0L;
        }
        return bound instanceof Number || bound instanceof byte[] ? bound : bound.toString();
    }

    @ParameterizedTest
    @MethodSource("valuesThatComeBack")
    void whatIsWrittenIsRead(Object value) {
        Class<?> type = value instanceof ZoneId ? ZoneId.class : value.getClass();

        Object read = plain.read(stored(plain.write(value)), ResolvableType.forClass(type));

        assertThat(read).isEqualTo(value);
    }

    @Test
    void readsUuidsFromBytesAndInstantsFromMilliseconds() {
        byte[] bytes = {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2};

        assertThat(plain.read(bytes, ResolvableType.forClass(UUID.class))).isEqualTo(new UUID(1, 2));
        assertThat(plain.read(1_000L, ResolvableType.forClass(Instant.class))).isEqualTo(Instant.ofEpochSecond(1));
    }

    @Test
    void whatIsNotSimpleIsJsonInItsColumnWithItsGenericTypes() {
        Shape shape = new Shape(
                new UUID(1, 2),
                new Point(1, 2),
                List.of(new Point(3, 4)),
                Map.of("a", List.of(1, 2)),
                List.of("a,b", "c"));
        List<Object> stored = new ArrayList<>();
        for (Object value : List.of(shape.id(), shape.centre(), shape.corners(), shape.tags(), shape.names())) {
            stored.add(stored(withJson.write(value)));
        }

        Row row = Row.of(List.of("id", "centre", "corners", "tags", "names"), stored.toArray());

        assertThat(stored.get(1)).isEqualTo("{\"x\":1,\"y\":2}");
        assertThat(new RowMappers(withJson).of(Shape.class).map(row)).isEqualTo(shape);
    }

    @Test
    void aTypeThatIsMadeOfTextNeedsNoJson() {
        assertThat(withJson.read("hello", ResolvableType.forClass(Title.class))).isEqualTo(new Title("hello"));
    }

    @Test
    void saysWhatIsNeededForListsIfThereIsNoJson() {
        ResolvableType list = ResolvableType.forClassWithGenerics(List.class, String.class);

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> plain.read("[]", list))
                .withMessageContaining("Jackson");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> plain.write(new Point(1, 2)))
                .withMessageContaining("Point")
                .withMessageContaining("Jackson");
    }

    @Test
    void convertersOfTheApplicationComeFirst() {
        CorrosionConversions own = new CorrosionConversions(JSON, List.of(new MoneyToText(), new TextToMoney()));

        assertThat(own.write(Statement.of("INSERT INTO t VALUES (?, ?)", new Money(5), null)))
                .isEqualTo(Statement.of("INSERT INTO t VALUES (?, ?)", "5 ct", null));
        assertThat(own.write(Statement.of("SELECT :m", Map.of("m", new Money(7)))))
                .isEqualTo(Statement.of("SELECT :m", Map.of("m", "7 ct")));
        assertThat(new RowMappers(own).of(Money.class).map(Row.of(List.of("price"), "5 ct")))
                .isEqualTo(new Money(5));
    }

    @Test
    void refusesAConverterThatDoesNotSayItsTypes() {
        Converter<String, Money> lambda = text -> new Money(1);

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new CorrosionConversions(null, List.of(lambda)))
                .withMessageContaining("write it as a class");
    }
}
