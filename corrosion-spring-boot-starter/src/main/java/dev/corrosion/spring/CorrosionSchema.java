package dev.corrosion.spring;

/**
 * A piece of schema that a module brings along: declare a bean of this type and its tables are there when the node has
 * opened. Ordered by {@link org.springframework.core.annotation.Order}, after the schema files.
 *
 * @param name where it comes from, for error messages
 * @param sql any number of statements
 */
public record CorrosionSchema(String name, String sql) {}
