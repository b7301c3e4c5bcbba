// What was wrong with an input, and where: the one shape of every message about bad input.
#pragma once

#include <boost/system/result.hpp>

#include <string>
#include <vector>

namespace smtpsim {

/// A place in a text. Lines and columns count from 1; 0 means "the input as a whole".
struct Place {
    std::string file;
    int line = 0;
    int column = 0;
};

struct Problem {
    Place place;
    std::string what;

    /// "file:line:column: what", with the parts that are known.
    std::string text() const;
};

using Problems = std::vector<Problem>;

/// The world failed us: what, where and why, in one line for a person.
struct Failure {
    std::string what;
};

/// No hook for throwing: test the result, then use *result or result.error().
template <class T> using Result = boost::system::result<T, Failure>;

} // namespace smtpsim
