package dev.corrosion.spring;

import java.lang.reflect.Type;

/**
 * JSON in columns. Where Jackson 3 is there, its {@code JsonMapper} bean serves; a bean of this type takes its place.
 *
 * <p>Thread-safe. Failures are thrown as whatever {@link RuntimeException} the library has.
 */
public interface CorrosionJson {

    /** The value as JSON text. */
    String write(Object value);

    /** A value of the type, generic types included, from JSON text. */
    Object read(String json, Type type);
}
