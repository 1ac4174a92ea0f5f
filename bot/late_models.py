"""aiogram's models, each built when it is first used: 100 MB and a third of the start less.

As it is imported aiogram builds its 600 types and methods, each with a copy of what its fields can
hold; a bot uses few of them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any


class LateModels:
    """For sys.meta_path: finds aiogram's two modules that decide when its models are built."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """As the import system asks every finder; None for all that is not ours."""
        if fullname not in LOADERS:
            return None
        found = PathFinder.find_spec(fullname, path, target)
        if found and isinstance(found.loader, SourceFileLoader):
            found.loader = LOADERS[fullname](found.loader.name, found.loader.path)
        return found


class _Types(SourceFileLoader):
    """The module that at its end gives all types their names and has each built."""

    def exec_module(self, module: ModuleType) -> None:
        from pydantic import BaseModel  # noqa: PLC0415  who needs no models waits for none

        rebuild = vars(BaseModel)["model_rebuild"]

        def wait(model: type[BaseModel], /, **how: Any) -> bool | None:
            if "_types_namespace" not in how:
                built: bool | None = rebuild.__func__(model, **how)
                return built
            # There pydantic looks for them when it builds the model.
            known = vars(sys.modules[model.__module__])
            for name, value in how["_types_namespace"].items():
                known.setdefault(name, value)
            return None

        BaseModel.model_rebuild = classmethod(wait)  # type: ignore[assignment,method-assign]
        try:
            super().exec_module(module)
        finally:
            BaseModel.model_rebuild = rebuild  # type: ignore[method-assign]
        _keep_to_own_names(module.TelegramObject)


class _Methods(SourceFileLoader):
    """The module with what all methods inherit."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        module.TelegramMethod.model_config["defer_build"] = True
        _keep_to_own_names(module.TelegramMethod)


def _keep_to_own_names(base: Any) -> None:
    """Let a model not take a name from whoever happens to use it first, as pydantic would."""
    rebuild = base.model_rebuild.__func__

    def build(model: type, /, **how: Any) -> bool | None:
        built: bool | None = rebuild(model, **({"_types_namespace": {}} | how))
        return built

    base.model_rebuild = classmethod(build)


LOADERS = {"aiogram.types": _Types, "aiogram.methods.base": _Methods}
