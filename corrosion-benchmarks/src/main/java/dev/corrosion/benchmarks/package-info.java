/** What replication costs: the same work on a replicated and on a plain table, measured in one run. */
@NullMarked
package dev.corrosion.benchmarks;

import org.jspecify.annotations.NullMarked;
