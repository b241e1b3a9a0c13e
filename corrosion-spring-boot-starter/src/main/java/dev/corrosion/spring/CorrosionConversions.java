package dev.corrosion.spring;

import dev.corrosion.Statement;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.converter.Converter;
import org.springframework.format.datetime.standard.DateTimeFormatterRegistrar;
import org.springframework.format.support.DefaultFormattingConversionService;

/**
 * Between what Java declares and what SQLite stores, in both directions. Immutable and thread-safe.
 *
 * <p>Simple types are converted as Spring does, with ISO dates, SQLite's own dates, UUIDs also from 16 bytes and instants
 * also from milliseconds. What is not simple, such as records, lists and maps, is JSON text in its column, if there is
 * a {@link CorrosionJson}. Converters of one's own come first: one that makes a type <em>of</em> text, a number or bytes
 * serves reading, one that makes text, a number or bytes of a type that SQLite does not know serves writing.
 */
public final class CorrosionConversions {

    private static final Pattern HAS_OFFSET = Pattern.compile(".*(Z|[+-]\\d{2}(:?\\d{2})?)$");
    private static final int UUID_BYTES = 16;

    private final DefaultFormattingConversionService service = new DefaultFormattingConversionService(false);
    private final Map<Class<?>, Converter<Object, ?>> writers = new LinkedHashMap<>();
    private final List<Class<?>> readable;
    private final @Nullable CorrosionJson json;

    /** Without JSON. */
    public CorrosionConversions() {
        this(null, List.of());
    }

    /**
     * With all that is given.
     *
     * @param json for what is not simple; null to refuse that
     * @param converters classes, not lambdas: their type arguments are looked at
     */
    public CorrosionConversions(@Nullable CorrosionJson json, Collection<? extends Converter<?, ?>> converters) {
        this.json = json;
        DateTimeFormatterRegistrar iso = new DateTimeFormatterRegistrar();
        iso.setUseIsoFormat(true);
        iso.registerFormatters(service);
        service.addConverter(Number.class, Boolean.class, number -> number.doubleValue() != 0);
        service.addConverter(Number.class, Instant.class, millis -> Instant.ofEpochMilli(millis.longValue()));
        service.addConverter(String.class, LocalDateTime.class, text -> LocalDateTime.parse(withT(text)));
        service.addConverter(String.class, Instant.class, CorrosionConversions::instant);
        service.addConverter(byte[].class, UUID.class, CorrosionConversions::uuid);
        this.readable = converters.stream().flatMap(c -> register(c).stream()).toList();
    }

    @SuppressWarnings("unchecked") // a converter is only ever given what it says that it takes
    private List<Class<?>> register(Converter<?, ?> converter) {
        ResolvableType[] types =
                ResolvableType.forInstance(converter).as(Converter.class).getGenerics();
        Class<?> source = types[0].resolve();
        Class<?> target = types[1].resolve();
        if (source == null || target == null) {
            throw new IllegalArgumentException(
                    "the types of the converter " + converter.getClass().getName()
                            + " cannot be found out: write it as a class that implements Converter<Source, Target>");
        }
        if (isNative(target) && !isNative(source)) {
            writers.put(source, (Converter<Object, ?>) converter);
            return List.of();
        }
        service.addConverter((Class<Object>) source, (Class<Object>) target, (Converter<Object, Object>) converter);
        return List.of(target);
    }

    /** A value of a column as a type asks for it. */
    @Nullable Object read(Object value, ResolvableType type) {
        Class<?> wanted = type.resolve(Object.class);
        if (wanted == Object.class || (wanted.isInstance(value) && !type.hasGenerics())) {
            return value;
        }
        if (isComposite(wanted) && value instanceof String text) {
            if (json != null && (isContainer(wanted) || looksLikeJson(text))) {
                return json.read(text, type.getType());
            }
            if (isContainer(wanted)) {
                throw new IllegalStateException(
                        "a " + wanted.getSimpleName() + " is JSON in its column, for which Jackson 3"
                                + " (spring-boot-starter-jackson) or a bean of type CorrosionJson is needed");
            }
        }
        return service.convert(value, wanted);
    }

    /** A parameter as {@link Statement} takes it. */
    @Nullable Object write(@Nullable Object value) {
        if (value == null || isNative(value.getClass())) {
            return value;
        }
        for (Map.Entry<Class<?>, Converter<Object, ?>> writer : writers.entrySet()) {
            if (writer.getKey().isInstance(value)) {
                return writer.getValue().convert(value);
            }
        }
        if (value instanceof Date date) {
            return date.toInstant();
        }
        if (value instanceof Locale locale) {
            return locale.toLanguageTag();
        }
        if (isText(value)) {
            return value.toString();
        }
        if (json == null) {
            throw new IllegalArgumentException("SQLite has no place for a "
                    + value.getClass().getName()
                    + ": give it as text, a number or bytes, or let it be JSON by Jackson 3"
                    + " (spring-boot-starter-jackson) or a bean of type CorrosionJson");
        }
        return json.write(value);
    }

    /** The statement with its parameters as SQLite takes them. */
    Statement write(Statement statement) {
        if (!statement.parameters().isEmpty()) {
            @Nullable Object[] values = statement.parameters().stream().map(this::write).toArray();
            return Statement.of(statement.sql(), values);
        }
        if (!statement.named().isEmpty()) {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            statement.named().forEach((name, value) -> values.put(name, write(value)));
            return Statement.of(statement.sql(), values);
        }
        return statement;
    }

    /** Whether a column of this type stands for a whole row, rather than for one property of many. */
    boolean isSingleColumn(Class<?> type) {
        return !isComposite(type) || isContainer(type);
    }

    private boolean isComposite(Class<?> type) {
        return !(BeanUtils.isSimpleValueType(type) || isNative(type) || readable.contains(type));
    }

    private static boolean isContainer(Class<?> type) {
        return Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type) || type.isArray();
    }

    private static boolean looksLikeJson(String text) {
        String start = text.stripLeading();
        return start.startsWith("{") || start.startsWith("[");
    }

    private static boolean isNative(Class<?> type) {
        return type == String.class
                || type == byte[].class
                || type == Boolean.class
                || type == UUID.class
                || Number.class.isAssignableFrom(type)
                || Enum.class.isAssignableFrom(type)
                || TemporalAccessor.class.isAssignableFrom(type)
                || TemporalAmount.class.isAssignableFrom(type)
                || ZoneId.class.isAssignableFrom(type);
    }

    private static boolean isText(Object value) {
        return value instanceof CharSequence
                || value instanceof Character
                || value instanceof URI
                || value instanceof URL
                || value instanceof Path
                || value instanceof Currency;
    }

    private static UUID uuid(byte[] bytes) {
        if (bytes.length != UUID_BYTES) {
            throw new IllegalArgumentException("a UUID has " + UUID_BYTES + " bytes, not " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    /** SQLite's own {@code CURRENT_TIMESTAMP} is UTC, has a blank in the middle and no offset. */
    private static Instant instant(String text) {
        String iso = withT(text);
        int time = iso.indexOf('T');
        return time >= 0 && HAS_OFFSET.matcher(iso.substring(time)).matches()
                ? OffsetDateTime.parse(iso).toInstant()
                : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    }

    private static String withT(String text) {
        return text.length() > 10 && text.charAt(10) == ' ' ? text.substring(0, 10) + 'T' + text.substring(11) : text;
    }
}
