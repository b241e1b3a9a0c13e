/** The page in a real browser: the profile {@code browser}. */
@NullMarked
package dev.corrosion.sample.browser;

import org.jspecify.annotations.NullMarked;
