import './theme.js';
import { byId, call } from './dom.js';
import { showCalls } from './calls.js';
import { showCluster } from './cluster.js';
import { connect } from './live.js';
import { showServices } from './services.js';
import { showShop } from './shop.js';
import { showSql } from './sql.js';

const me = await call('GET', '/api/whoami');
byId('self').textContent = `${me.name}, process ${me.pid}, port ${me.port}`;
document.title = `${me.name} · Corrosion sample`;
if (me.service !== 'gateway') {
  for (const button of document.querySelectorAll('[data-gateway]')) {
    button.disabled = true;
    button.title = 'On the page of the gateway';
  }
}
showCluster(me.node);
showServices();
showCalls();
showShop();
showSql();
connect();
