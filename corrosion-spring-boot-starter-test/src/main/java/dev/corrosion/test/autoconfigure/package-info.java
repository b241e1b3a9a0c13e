/** Tests of Spring applications: {@link dev.corrosion.test.autoconfigure.AutoConfigureCorrosion} and a slice. */
@NullMarked
package dev.corrosion.test.autoconfigure;

import org.jspecify.annotations.NullMarked;
