//! The rules: may this actor do that, and which events follow
