package dev.corrosion.spring;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import org.springframework.core.convert.ConversionService;
import org.springframework.format.datetime.standard.DateTimeFormatterRegistrar;
import org.springframework.format.support.DefaultFormattingConversionService;

/**
 * From what SQLite stores to what Java declares: Spring's conversions, with ISO dates and the two types that SQLite lacks.
 */
final class RowConversions {

    private static final ConversionService SHARED = create();
    private static final Pattern HAS_OFFSET = Pattern.compile(".*(Z|[+-]\\d{2}(:?\\d{2})?)$");

    private RowConversions() {}

    static ConversionService shared() {
        return SHARED;
    }

    private static ConversionService create() {
        DefaultFormattingConversionService conversions = new DefaultFormattingConversionService(false);
        DateTimeFormatterRegistrar iso = new DateTimeFormatterRegistrar();
        iso.setUseIsoFormat(true);
        iso.registerFormatters(conversions);
        conversions.addConverter(Number.class, Boolean.class, number -> number.doubleValue() != 0);
        conversions.addConverter(String.class, LocalDateTime.class, text -> LocalDateTime.parse(withT(text)));
        conversions.addConverter(String.class, Instant.class, RowConversions::instant);
        return conversions;
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
