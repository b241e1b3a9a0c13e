/**
 * The ground floor: one SQLite file, who may write to it and when, and how Java values and statements reach it. Knows
 * nothing of replication.
 */
@NullMarked
package dev.corrosion.store;

import org.jspecify.annotations.NullMarked;
