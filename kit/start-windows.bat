@echo off
rem Starts the workshop. Open it by a double click.
cd /d "%~dp0"
if not exist requirements.lock goto extract
set "PYTHON="
for %%V in (3.13 3.12 3.11 3.14) do if not defined PYTHON py -%%V -c "" >nul 2>nul && set "PYTHON=py -%%V"
if not defined PYTHON python -c "" >nul 2>nul && set "PYTHON=python"
if not defined PYTHON goto python
%PYTHON% start.py %*
if errorlevel 1 pause
exit /b
:extract
echo This file is still inside the zip. Extract the whole zip first: right click, Extract All.
pause
exit /b 1
:python
echo Thousandfold needs Python 3.11 or newer, and there is none here.
echo Install it from python.org, tick "Add python.exe to PATH", and start again.
pause
exit /b 1
