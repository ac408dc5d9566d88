#include "authenticator.h"

#include "session/identity.h"

namespace homing::relay {

Result<void> check_hello(const wire::Hello& hello, const ByteArray<32>& nonce,
                         std::span<const std::string> hosts) {
  if (hello.version != wire::kProtocolVersion) return Error::kUnsupported;
  if (address_of(hello.signing_key, hello.identity_key) != hello.address) {
    return Error::kAuthFailed;
  }
  for (const std::string& host : hosts) {
    const Bytes message = wire::auth_message(host, nonce, hello);
    if (ed25519::verify(hello.signing_key, purpose::kRelayAuth, message, hello.signature)) {
      return {};
    }
  }
  return Error::kAuthFailed;
}

}  // namespace homing::relay
