package dev.corrosion.spring;

import javax.sql.DataSource;

/**
 * The DataSource of the node, for applications that have another one: {@code corrosion.datasource.mode=secondary}. It is not
 * a bean of its own, since Spring Boot would count it among the DataSources of the application: in its health, its meters,
 * and wherever it looks for the only one.
 *
 * @param dataSource the node's database
 */
public record CorrosionJdbc(DataSource dataSource) {}
