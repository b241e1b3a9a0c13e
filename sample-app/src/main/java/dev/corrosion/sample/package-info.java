/**
 * What a user of Corrosion would write: a gateway and two services in one jar, chosen by profile, and a page that shows the
 * cluster.
 */
@NullMarked
package dev.corrosion.sample;

import org.jspecify.annotations.NullMarked;
