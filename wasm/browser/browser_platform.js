/**
 * The JavaScript half of browser_socket.cc, browser_timer.cc and browser_random.cc. Written by hand
 * instead of using Emscripten's WebSocket library, because that one lets exceptions of the browser
 * (a bad URL, a closing socket) run through C++ frames, keeps every socket it ever made, and cannot
 * refuse a text or oversized message before copying it.
 *
 * Objects are known by the address of their C++ side. A handler first checks that the C++ side
 * still has the very object it belongs to, so that news of a replaced socket ends here.
 */

/* global mergeInto, LibraryManager, HEAPU8, HomingPlatform */
/* global _homing_socket_opened, _homing_socket_buffer, _homing_socket_received */
/* global _homing_socket_closed, _homing_timer_fired */

mergeInto(LibraryManager.library, {
  $HomingPlatform: {
    sockets: {},
    timers: {},
    // Text for C++: at most `size` bytes of UTF-8, written to where C++ has room for it.
    writeText: (text, address, size) => {
      var bytes = new TextEncoder().encode(text).subarray(0, size);
      HEAPU8.set(bytes, address);
      return bytes.length;
    },
    // Ends a socket without waiting for the other side, and tells C++ why.
    end: (owner, socket, code, reason) => {
      if (HomingPlatform.sockets[owner] !== socket) return;
      delete HomingPlatform.sockets[owner];
      var size = HomingPlatform.writeText(reason, _homing_socket_buffer(owner, 128), 128);
      _homing_socket_closed(owner, code, size);
    }
  },

  homing_socket_open__deps: ['$HomingPlatform'],
  homing_socket_open__sig: 'viiii',
  homing_socket_open: function(owner, urlAddress, urlSize, frameBytesMax) {
    var url = new TextDecoder().decode(HEAPU8.slice(urlAddress, urlAddress + urlSize));
    var socket;
    try {
      socket = new WebSocket(url);
    } catch (error) {
      // Later, because C++ does not expect an answer inside of its own call.
      socket = { close: () => {} };
      HomingPlatform.sockets[owner] = socket;
      queueMicrotask(() => HomingPlatform.end(owner, socket, 1006, String(error)));
      return;
    }
    HomingPlatform.sockets[owner] = socket;
    socket.binaryType = 'arraybuffer';
    var isCurrent = () => HomingPlatform.sockets[owner] === socket;
    // A page may only close with 1000 or 3000 to 4999; C++ is told the code that says what it is.
    var refuse = (code, reason) => {
      socket.close(code + 3000, reason);
      HomingPlatform.end(owner, socket, code, reason);
    };
    socket.onopen = () => {
      if (isCurrent()) _homing_socket_opened(owner);
    };
    socket.onmessage = (event) => {
      if (!isCurrent()) return;
      if (typeof event.data == 'string') return refuse(1003, 'text frame');
      var size = event.data.byteLength;
      if (size > frameBytesMax) return refuse(1009, 'frame too large');
      // In this order: making room can move the heap.
      var address = _homing_socket_buffer(owner, size);
      HEAPU8.set(new Uint8Array(event.data), address);
      _homing_socket_received(owner);
    };
    // An `error` says nothing and is always followed by this.
    socket.onclose = (event) => HomingPlatform.end(owner, socket, event.code, event.reason);
  },

  // Returns how many bytes still wait to be sent after this, or -1 if the socket is not open.
  homing_socket_send__deps: ['$HomingPlatform'],
  homing_socket_send__sig: 'diii',
  homing_socket_send: function(owner, address, size) {
    var socket = HomingPlatform.sockets[owner];
    if (!socket || socket.readyState != 1) return -1;
    socket.send(HEAPU8.slice(address, address + size));
    return socket.bufferedAmount;
  },

  homing_socket_close__deps: ['$HomingPlatform'],
  homing_socket_close__sig: 'vii',
  homing_socket_close: function(owner, code) {
    var socket = HomingPlatform.sockets[owner];
    if (!socket) return;
    delete HomingPlatform.sockets[owner];
    socket.close(code);
  },

  // One timer per owner; a negative delay only clears it.
  homing_timer_set__deps: ['$HomingPlatform'],
  homing_timer_set__sig: 'vid',
  homing_timer_set: function(owner, delayMs) {
    clearTimeout(HomingPlatform.timers[owner]);
    delete HomingPlatform.timers[owner];
    if (delayMs < 0) return;
    HomingPlatform.timers[owner] = setTimeout(() => {
      delete HomingPlatform.timers[owner];
      _homing_timer_fired(owner);
    }, delayMs);
  },

  homing_random_fill__sig: 'vii',
  homing_random_fill: function(address, size) {
    crypto.getRandomValues(HEAPU8.subarray(address, address + size));
  }
});
