/**
 * The declared schema: read by SQLite itself, compared with what the database has, and brought into it without ever
 * losing data.
 */
@NullMarked
package dev.corrosion.schema;

import org.jspecify.annotations.NullMarked;
