"""Documentation instructions: the built-in catalogue, and the variants that people made of it."""

from services.instructions.structure import Instruction as Instruction
from services.instructions.structure import Section as Section
from services.instructions.structure import Style as Style
