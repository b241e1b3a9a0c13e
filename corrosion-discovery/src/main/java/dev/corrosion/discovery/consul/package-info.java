/** For those who come from Consul: what its agent's clients send is understood here. */
@NullMarked
package dev.corrosion.discovery.consul;

import org.jspecify.annotations.NullMarked;
