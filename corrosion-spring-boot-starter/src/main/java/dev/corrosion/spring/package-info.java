/** A Corrosion node for Spring code: reactive access with row mapping, and schema contributed as beans. */
@NullMarked
package dev.corrosion.spring;

import org.jspecify.annotations.NullMarked;
