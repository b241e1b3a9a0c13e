/** What the fuzz targets of all packages share: bounds, mutations, and the corpora. */
@NullMarked
package dev.corrosion.fuzz;

import org.jspecify.annotations.NullMarked;
