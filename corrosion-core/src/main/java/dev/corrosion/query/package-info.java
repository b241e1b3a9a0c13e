/**
 * How the kept result of a SELECT follows changes of rows: what can be said of a query before it runs, the result with its
 * changes, and which of many queries a change concerns. Internal.
 */
@NullMarked
package dev.corrosion.query;

import org.jspecify.annotations.NullMarked;
