/**
 * Who may take part: certificates that prove membership of a cluster and the identity of a node. Knows nothing of
 * sockets.
 */
@NullMarked
package dev.corrosion.transport.identity;

import org.jspecify.annotations.NullMarked;
