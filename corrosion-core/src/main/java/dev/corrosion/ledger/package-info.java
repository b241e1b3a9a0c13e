/** Which versions of which actor this node holds: heads, gaps and versions that have arrived in part. */
@NullMarked
package dev.corrosion.ledger;

import org.jspecify.annotations.NullMarked;
