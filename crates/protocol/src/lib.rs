//! What goes over the wire: operations, bodies, frames, error and close codes
