#pragma once

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>

#include "server.h"

namespace homing::relay {

/// Answers an upgrade request and hands the connection over to the server.
void start_websocket(Server& server, boost::asio::ip::tcp::socket socket,
                     boost::beast::http::request<boost::beast::http::empty_body> request,
                     Server::Slot slot);

}  // namespace homing::relay
