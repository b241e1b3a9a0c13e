/** What the page at {@code /} shows; every node serves it. */
@NullMarked
package dev.corrosion.sample.page;

import org.jspecify.annotations.NullMarked;
