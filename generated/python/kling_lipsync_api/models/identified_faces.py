# Generated from spec/openapi.yaml by openapi-python-client 0.29.1; do not edit: make client.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import (
    UNSET,
    Unset,
    read_array,
    read_object,
    read_optional,
    read_text,
)

if TYPE_CHECKING:
    from ..models.balance_deduction import BalanceDeduction
    from ..models.face import Face


T = TypeVar("T", bound="IdentifiedFaces")


@_attrs_define
class IdentifiedFaces:
    """A session and the faces in its video."""

    session_id: str
    """ Id of the session, to create tasks with. Older vendor pages let it live for 24 hours. """
    final_unit_deduction: str
    """ Units that the call cost. """
    face_data: list[Face]
    """ The faces. """
    final_balance_deduction: BalanceDeduction | Unset = UNSET
    """ What was taken from a balance of money. A newer field, which older vendor pages do not have. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        session_id = self.session_id

        final_unit_deduction = self.final_unit_deduction

        face_data = []
        for face_data_item_data in self.face_data:
            face_data_item = face_data_item_data.to_dict()
            face_data.append(face_data_item)

        final_balance_deduction: dict[str, Any] | Unset = UNSET
        if not isinstance(self.final_balance_deduction, Unset):
            final_balance_deduction = self.final_balance_deduction.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "session_id": session_id,
                "final_unit_deduction": final_unit_deduction,
                "face_data": face_data,
            }
        )
        if final_balance_deduction is not UNSET:
            field_dict["final_balance_deduction"] = final_balance_deduction

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.balance_deduction import BalanceDeduction  # noqa: PLC0415
        from ..models.face import Face  # noqa: PLC0415

        d: dict[str, Any] = {**src_dict}
        session_id = read_text(d, "session_id")

        final_unit_deduction = read_text(d, "final_unit_deduction")

        face_data = []
        _face_data = read_array(d, "face_data")
        for face_data_item_data in _face_data:
            face_data_item = Face.from_dict(face_data_item_data)

            face_data.append(face_data_item)

        _final_balance_deduction = read_optional(read_object, d, "final_balance_deduction")
        final_balance_deduction: BalanceDeduction | Unset
        if isinstance(_final_balance_deduction, Unset):
            final_balance_deduction = UNSET
        else:
            final_balance_deduction = BalanceDeduction.from_dict(_final_balance_deduction)

        identified_faces = cls(
            session_id=session_id,
            final_unit_deduction=final_unit_deduction,
            face_data=face_data,
            final_balance_deduction=final_balance_deduction,
        )

        identified_faces.additional_properties = d
        return identified_faces

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
