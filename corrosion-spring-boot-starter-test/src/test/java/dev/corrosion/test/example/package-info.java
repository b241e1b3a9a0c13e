/** An application, and its tests as a user writes them; docs/testing.md shows them. */
@NullMarked
package dev.corrosion.test.example;

import org.jspecify.annotations.NullMarked;
