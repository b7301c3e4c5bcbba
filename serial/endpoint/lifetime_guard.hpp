// Asynchronous handlers that must do nothing once their object is destroyed.
#pragma once

#include <memory>
#include <utility>

namespace smtpsim::endpoint {

/// A data member. After its destruction every handler that it has guarded does nothing.
class LifetimeGuard {
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
