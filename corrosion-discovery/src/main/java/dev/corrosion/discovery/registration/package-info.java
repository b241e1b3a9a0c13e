/** Says what this node offers: registration with its lifecycle and status. */
@NullMarked
package dev.corrosion.discovery.registration;

import org.jspecify.annotations.NullMarked;
