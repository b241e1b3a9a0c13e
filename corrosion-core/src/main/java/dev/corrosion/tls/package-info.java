/** A tool for clusters whose people have no certificate authority: {@link dev.corrosion.tls.Tls}. */
@NullMarked
package dev.corrosion.tls;

import org.jspecify.annotations.NullMarked;
