/** Makes the beans of discovery and registration. */
@NullMarked
package dev.corrosion.discovery.autoconfigure;

import org.jspecify.annotations.NullMarked;
