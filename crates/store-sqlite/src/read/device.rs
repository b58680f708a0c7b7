//! Sessions.

use parlor_store::{DeviceRow, TokenDigest, UserRow};
use parlor_types::{DeviceId, UserId};
use rusqlite::{Connection, Row};

use crate::columns::{int, name, raw, time};
use crate::failure::Outcome;
use crate::query;
use crate::sql::read as sql;

const COLUMNS: usize = 5;

fn decode(row: &Row<'_>) -> Outcome<DeviceRow> {
    Ok(DeviceRow {
        id: DeviceId::from_raw(raw(row, 0)?),
        user: UserId::from_raw(raw(row, 1)?),
        name: name(row, 2)?,
        created_at: time(row, 3)?,
        last_seen_at: time(row, 4)?,
    })
}

pub(crate) fn find_by_token(connection: &Connection, digest: &TokenDigest) -> Outcome<Option<(DeviceRow, UserRow)>> {
    query::find(connection, sql::FIND_DEVICE_BY_TOKEN, [digest], |row| Ok((decode(row)?, super::user::decode(row, COLUMNS)?)))
}

pub(crate) fn find(connection: &Connection, device: DeviceId) -> Outcome<Option<DeviceRow>> {
    query::find(connection, sql::FIND_DEVICE, [int(device.raw())], decode)
}

pub(crate) fn list(connection: &Connection, user: UserId) -> Outcome<Vec<DeviceRow>> {
    query::list(connection, sql::LIST_DEVICES, [int(user.raw())], usize::MAX, decode)
}
