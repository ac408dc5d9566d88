/**
 * Calls a Host back in a microtask of its own. Events therefore never arrive inside of a call to
 * the Host, and an exception of the application ends here, not in the middle of the engine.
 */

/* global mergeInto, LibraryManager, HomingDeliveries, _homing_host_deliver */

mergeInto(LibraryManager.library, {
  // The deliveries that are due, by the address of their host.
  $HomingDeliveries: {},

  homing_host_schedule__deps: ['$HomingDeliveries'],
  homing_host_schedule__sig: 'vi',
  homing_host_schedule: function(host) {
    // An object of its own: a new host may get the address of a deleted one.
    var delivery = {};
    HomingDeliveries[host] = delivery;
    queueMicrotask(() => {
      if (HomingDeliveries[host] !== delivery) return;
      delete HomingDeliveries[host];
      _homing_host_deliver(host);
    });
  },

  homing_host_cancel__deps: ['$HomingDeliveries'],
  homing_host_cancel__sig: 'vi',
  homing_host_cancel: function(host) {
    delete HomingDeliveries[host];
  }
});
