/**
 * The node's database as a {@link javax.sql.DataSource}: readers of its own, and the one writer on loan, so that a JDBC
 * transaction takes the same path as every other write. What users see are proxies around the driver's objects.
 */
@NullMarked
package dev.corrosion.jdbc;

import org.jspecify.annotations.NullMarked;
