// One visitor of a std::variant, made of a lambda for each alternative.
#pragma once

namespace smtpsim {

template <class... F> struct Overload : F... { using F::operator()...; };
template <class... F> Overload(F...) -> Overload<F...>; // clang 14 does not deduce it

} // namespace smtpsim
