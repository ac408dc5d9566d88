#pragma once

#include "server.h"

namespace homing::relay {

/// Serves the page to one accepted socket and, when it asks for /ws, turns it into a WebSocket
/// connection. `server` must outlive the I/O thread.
void start_http_session(Server& server, boost::asio::ip::tcp::socket socket, Server::Slot slot);

}  // namespace homing::relay
