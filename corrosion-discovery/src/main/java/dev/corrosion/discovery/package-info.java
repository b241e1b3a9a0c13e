/** Who offers which service: Spring Cloud discovery from a replicated table, answered from local memory. */
@NullMarked
package dev.corrosion.discovery;

import org.jspecify.annotations.NullMarked;
