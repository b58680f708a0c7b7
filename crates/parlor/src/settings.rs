//! From flags to a configuration: each flag is a key.

use parlor_server::config::{Config, Sources};
use parlor_server::exit::Exit;

use crate::arguments::{Place, Serve};

/// The configuration of `parlor serve`.
pub(crate) fn of_serve(serve: Serve) -> Result<Config, Exit> {
    let Serve { mut place, listen, public_url, log, .. } = serve;
    let mut flag = |key: &str, value: Option<String>| place.set.extend(value.map(|value| (key.to_owned(), value)));
    flag("listen", (!listen.is_empty()).then(|| listen.join(",")));
    flag("public_url", public_url);
    flag("log.level", log);
    let config = of_place(place)?;
    #[cfg(feature = "plant")]
    let config = Config { plant: serve.plant, ..config };
    Ok(config)
}

/// The configuration of every other command.
pub(crate) fn of_place(place: Place) -> Result<Config, Exit> {
    let mut flags = place.set;
    flags.extend(place.data.map(|folder| ("data".to_owned(), folder)));
    Ok(Config::load(&Sources::gather(place.config.as_deref(), flags)?)?)
}
