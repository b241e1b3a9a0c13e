/** SQL queries that stay up to date. */
@NullMarked
package dev.corrosion.subscription;

import org.jspecify.annotations.NullMarked;
