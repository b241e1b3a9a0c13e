/** What operators see of a node: endpoint, health and meters. All of it reads {@link dev.corrosion.NodeStatus}. */
@NullMarked
package dev.corrosion.spring.actuate;

import org.jspecify.annotations.NullMarked;
