/** The service that takes orders. It finds the stock service by its name. */
@NullMarked
package dev.corrosion.sample.orders;

import org.jspecify.annotations.NullMarked;
