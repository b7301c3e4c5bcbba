// Handlers that outlive the object that they are about.
#pragma once

#include <memory>
#include <utility>

namespace smtpsim::endpoint {

/// A member whose end makes every handler that it has guarded do nothing.
class Alive {
public:
    template <class Handler> auto guard(Handler handler) const {
        return [still = std::weak_ptr<char>(token_),
                handler = std::move(handler)](auto&&... arguments) {
            if (!still.expired()) handler(std::forward<decltype(arguments)>(arguments)...);
        };
    }

private:
    std::shared_ptr<char> token_ = std::make_shared<char>();
};

} // namespace smtpsim::endpoint
